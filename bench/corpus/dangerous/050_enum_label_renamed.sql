-- fails: CL004; a label that statements write
alter type booking_state rename value 'held' to 'reserved';
