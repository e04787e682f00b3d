-- safe: the look-alike of UNIQUE
alter table guests add constraint guests_email_key unique using index guests_email;
