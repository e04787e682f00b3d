-- waits: LK002; pgfence refresh-matview
refresh materialized view income;
