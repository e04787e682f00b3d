/** What every tool has to apply: one of each of the common things. */
export const MIGRATIONS: readonly string[] = [
  `create type mood as enum ('calm', 'wild');
create table customers (id int generated always as identity primary key, name text not null, mood mood default 'calm');
`,
  `create table orders (id bigint primary key, customer int not null references customers (id), total numeric(10, 2) default 0);
create index orders_customer on orders (customer);
`,
  `alter table customers add column email text;
insert into customers (name) values ('Ana');
`,
  `create view wild_customers as select id, name from customers where mood = 'wild';
`,
  `alter table orders add constraint total_positive check (total >= 0);
`,
  `create unique index customers_email on customers (email);
comment on table orders is 'what was bought';
`,
];

/** How many of them the tool applies before Pawl adopts. */
export const BEFORE = 3;

/** One more, for the tool to go on with. */
export const AFTERWARDS = 'create table gone_back (id int);\n';

export const FAILING = `create table half (id int);
select 1 / 0;
`;

export const SLOW = `select pg_sleep(300);
`;
