-- safe: the look-alike of CREATE INDEX
create table offers (id bigint generated always as identity primary key, hotel_id bigint, text text);
create index offers_hotel on offers (hotel_id);
