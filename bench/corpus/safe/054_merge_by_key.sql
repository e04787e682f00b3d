-- safe: the look-alike of MERGE
merge into hotels h using (values (1, 'Grand')) v(id, name) on h.id = v.id when matched then update set name = v.name when not matched then insert (id, name) values (v.id, v.name);
