-- Browsers that take Web Push, each with the identity of whom it belongs to; at is product time.
create table push_subscription (
    endpoint varchar(1000) primary key,
    p256dh varchar(100) not null,
    auth varchar(30) not null,
    kind varchar(40) not null,
    name varchar(320) not null,
    at timestamp(6) with time zone not null
);
create index push_subscription_name on push_subscription (name, kind);
