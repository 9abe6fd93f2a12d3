-- Files: how their columns are read, how far each has come, and what was refused of it.

create table import_mapping (
    name varchar(60) primary key,
    body varchar not null,
    updated_at timestamp(6) with time zone not null
);

-- position_no is the row up to which all has had its effect: it moves in the transaction of that effect. mapping is the
-- mapping as it was when the import began, so that editing it does not change half of a file.
create table file_import (
    id uuid primary key,
    file_name varchar(200) not null,
    dropped boolean not null,
    content_hash varchar(64) not null,
    size_bytes bigint not null,
    mapping_name varchar(60),
    mapping varchar,
    header varchar,
    state varchar(12) not null,
    position_no bigint not null,
    bytes_read bigint not null,
    rows_read bigint not null,
    accepted bigint not null,
    duplicate bigint not null,
    refused bigint not null,
    events bigint not null,
    error varchar(1000),
    created_at timestamp(6) with time zone not null,
    finished_at timestamp(6) with time zone
);
create index file_import_state on file_import (state);

create table import_refused (
    import_id uuid not null,
    row_no bigint not null,
    column_name varchar(200),
    reason varchar(1000) not null,
    cells varchar not null,
    primary key (import_id, row_no)
);

-- The catalogue. Each group of fields has the time of what it was last told by, so that the newest wins whatever the order
-- of arrival. stock is null where it is not counted.
create table product (
    id varchar(200) primary key,
    name varchar(300),
    url varchar(2000),
    image varchar(2000),
    category varchar(300),
    brand varchar(200),
    described_at timestamp(6) with time zone,
    price decimal(19, 4),
    currency varchar(3),
    priced_at timestamp(6) with time zone,
    stock bigint,
    available boolean,
    stocked_at timestamp(6) with time zone
);

-- What changed: prices, and goods that came or ran out. open is what customers may still have to be told of.
create table product_change (
    id uuid primary key,
    product_id varchar(200) not null,
    kind varchar(20) not null,
    at timestamp(6) with time zone not null,
    was decimal(19, 4),
    became decimal(19, 4),
    to_tell boolean not null
);
create index product_change_product on product_change (product_id, at);
create index product_change_open on product_change (to_tell, id);

-- One row for each batch of the spine in which somebody looked at products; folded into product_interest outside of it.
create table interest_seen (
    id uuid primary key,
    body varchar not null
);

create table product_interest (
    product_id varchar(200) not null,
    customer_id uuid not null,
    last_at timestamp(6) with time zone not null,
    primary key (product_id, customer_id)
);
