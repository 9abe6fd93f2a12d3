-- What a page shows a visitor as messages: those of the channel inbox that were sent. Whose they are stands in message, so
-- that they move with a merge. Times are product time.
create table inbox_message (
    message_id uuid primary key references message (id) on delete cascade,
    title varchar(300) not null,
    text varchar(4000) not null,
    link varchar(2000) not null,
    at timestamp(6) with time zone not null,
    ends_at timestamp(6) with time zone not null,
    read_at timestamp(6) with time zone,
    dismissed_at timestamp(6) with time zone
);
