-- safe: the look-alike of a renamed label
alter type booking_state add value 'gone';
