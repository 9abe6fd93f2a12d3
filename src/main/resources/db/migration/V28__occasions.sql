-- When to look next at whether an occasion has come for a customer; null: none is in sight. A new file of occasions has all
-- looked at.
create table occasion (
    customer_id uuid primary key,
    due_at timestamp(6) with time zone
);
create index occasion_due on occasion (due_at);
create table occasion_file (
    version varchar(40) not null
);
insert into occasion_file (version) values ('');
