-- What messages cost, by day (days since 1970, in the installation's time zone), channel and template; the template '' is the
-- whole channel. Only what has a limit is counted.
create table channel_spending (
    day_no int not null,
    channel varchar(20) not null,
    template varchar(120) not null,
    spent numeric(16, 4) not null,
    primary key (day_no, channel, template)
);
