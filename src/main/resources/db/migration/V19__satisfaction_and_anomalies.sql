-- What was said of satisfaction with each product by UTC day (days since 1970), and with all under the product ''. A worker
-- counts in the rows of the partition that it holds, so that none waits for another. weight and points are in hundredths.
create table satisfaction_day (
    partition_no int not null,
    product_id varchar(40) not null,
    day_no int not null,
    observations bigint not null,
    weight bigint not null,
    points bigint not null,
    primary key (partition_no, product_id, day_no)
);
create index satisfaction_day_product on satisfaction_day (product_id, day_no);
create index satisfaction_day_day on satisfaction_day (day_no);

-- Isolation forests of orders and refunds, as JSON, with where they come from; the newest serves.
create table anomaly_forest (
    version varchar(40) primary key,
    learnt_at timestamp(6) with time zone not null,
    first_at timestamp(6) with time zone not null,
    last_at timestamp(6) with time zone not null,
    seen bigint not null,
    row_count int not null,
    seed bigint not null,
    body varchar not null
);
