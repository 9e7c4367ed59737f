create view ops.source_days as
with reading as (
    select
        run.run_id,
        run.portal,
        run.state,
        run.finished_at,
        run.message_vi,
        coalesce(run.day, (run.as_of at time zone 'Asia/Ho_Chi_Minh')::date) as day
    from ops.runs as run
    where
        run.kind = 'reading'
        and run.state <> 'superseded'
),

build as (
    select
        coalesce(run.day, (run.as_of at time zone 'Asia/Ho_Chi_Minh')::date) as day,
        min(run.started_at) as started_at
    from ops.runs as run
    where
        run.kind = 'ranking'
        and run.state <> 'superseded'
    group by 1
),

newest as (
    select max((run.as_of at time zone 'Asia/Ho_Chi_Minh')::date) as day
    from ops.runs as run
    where run.kind in ('reading', 'ranking')
),

-- One row per batch: what became of it, and whether nothing of what the portal declared is missing.
batch as (
    select
        reading.day,
        reading.state,
        reading.finished_at,
        entry.province_code,
        entry.portal,
        entry.resource,
        entry.window_to,
        entry.is_last,
        entry.fetched,
        entry.new,
        entry.changed,
        entry.quarantined,
        entry.deleted,
        entry.fetched - entry.duplicate >= coalesce(entry.declared, 0) as is_complete
    from ops.ledger as entry
    inner join reading using (run_id)
),

known as (
    select
        batch.province_code,
        batch.portal,
        batch.resource,
        min(batch.day) as first_day
    from batch
    group by batch.province_code, batch.portal, batch.resource
),

source as (
    select
        coalesce(known.province_code, expected.province_code) as province_code,
        coalesce(known.portal, expected.portal) as portal,
        coalesce(known.resource, expected.resource) as resource,
        coalesce(expected.portal_vi, known.portal) as portal_vi,
        coalesce(expected.resource_vi, known.resource, expected.resource) as resource_vi,
        coalesce(expected.is_connected, false) as is_connected,
        greatest(coalesce(known.first_day, newest.day), newest.day - 399) as first_day,
        newest.day as newest_day
    from known
    full join ops.sources as expected using (province_code, portal, resource)
    cross join newest
    where newest.day is not null
),

source_day as (
    select
        source.province_code,
        source.portal,
        source.resource,
        source.portal_vi,
        source.resource_vi,
        source.is_connected,
        source.newest_day,
        each_day::date as day
    from source
    cross join generate_series(source.first_day::timestamp, source.newest_day::timestamp, interval '1 day') as each_day
),

read as (
    select
        batch.day,
        batch.province_code,
        batch.portal,
        batch.resource,
        sum(batch.fetched) as fetched,
        sum(batch.new) as new_records,
        sum(batch.changed) as changed_records,
        sum(batch.quarantined) as quarantined_records,
        sum(batch.deleted) as deleted_records,
        max(batch.window_to) filter (where batch.is_complete) as read_to,
        min(batch.finished_at) filter (
            where batch.is_complete and batch.is_last and batch.state = 'succeeded'
        ) as whole_at
    from batch
    group by batch.day, batch.province_code, batch.portal, batch.resource
),

newest_run as (
    select distinct on (reading.day, reading.portal)
        reading.day,
        reading.portal,
        reading.run_id,
        reading.state,
        reading.finished_at,
        reading.message_vi
    from reading
    order by reading.day, reading.portal, reading.run_id desc
),

judged as (
    select
        source_day.*,
        read.fetched,
        read.new_records,
        read.changed_records,
        read.quarantined_records,
        read.deleted_records,
        read.read_to,
        read.whole_at,
        newest_run.run_id,
        newest_run.message_vi,
        case
            when read.whole_at <= build.started_at then 'whole'
            when read.whole_at is not null and build.started_at is null then 'whole'
            when read.whole_at is not null then 'late'
            when newest_run.state = 'running' then 'running'
            when reached.cursor_at >= source_day.day::timestamp at time zone 'Asia/Ho_Chi_Minh' then 'late'
            when newest_run.state = 'blocked' then 'blocked'
            else 'missing'
        end as state
    from source_day
    left join read using (day, province_code, portal, resource)
    left join newest_run using (day, portal)
    left join build using (day)
    left join ops.cursors as reached using (province_code, portal, resource)
)

select
    judged.province_code,
    judged.day,
    judged.day = judged.newest_day as is_newest_day,
    judged.portal,
    judged.portal_vi,
    judged.resource,
    judged.resource_vi,
    judged.is_connected,
    judged.state,
    case judged.state
        when 'whole' then 'đủ'
        when 'late' then 'trễ'
        when 'running' then 'đang đọc'
        when 'blocked' then 'bị chặn'
        else 'thiếu'
    end as state_vi,
    judged.fetched,
    judged.new_records,
    judged.changed_records,
    judged.quarantined_records,
    judged.deleted_records,
    judged.read_to at time zone 'Asia/Ho_Chi_Minh' as read_to_local_at,
    judged.whole_at at time zone 'Asia/Ho_Chi_Minh' as whole_local_at,
    judged.run_id,
    case when judged.state not in ('whole', 'late') then judged.message_vi end as message_vi
from judged;

comment on view ops.source_days is
'Mỗi dòng là một ngày, một cổng và một loại bản ghi: đêm đó đã đọc đủ chưa. 400 ngày gần nhất, tính đến ngày của lượt chạy mới nhất.';
comment on column ops.source_days.province_code is 'Mã tỉnh';
comment on column ops.source_days.day is 'Ngày của lượt đọc (giờ Việt Nam)';
comment on column ops.source_days.is_newest_day is 'Là ngày mới nhất có lượt chạy, tức đêm qua';
comment on column ops.source_days.portal is 'Mã cổng';
comment on column ops.source_days.portal_vi is 'Tên cổng';
comment on column ops.source_days.resource is 'Mã loại bản ghi';
comment on column ops.source_days.resource_vi is 'Loại bản ghi';
comment on column ops.source_days.is_connected is 'Cổng còn kết nối ở lần ghi gần nhất';
comment on column ops.source_days.state is
'Trạng thái: whole, late, running, blocked, missing. late: đọc xong sau khi đã tính bảng xếp hạng của ngày, hoặc được lượt sau đọc bù';
comment on column ops.source_days.state_vi is 'Trạng thái: đủ, trễ, đang đọc, bị chặn, thiếu';
comment on column ops.source_days.fetched is 'Số bản ghi nhận được trong ngày';
comment on column ops.source_days.new_records is 'Số bản ghi mới';
comment on column ops.source_days.changed_records is 'Số bản ghi thay đổi';
comment on column ops.source_days.quarantined_records is 'Số bản ghi bị cách ly';
comment on column ops.source_days.deleted_records is 'Số bản ghi đã bị xóa trên cổng';
comment on column ops.source_days.read_to_local_at is 'Đã đọc đủ đến thời điểm này (giờ Việt Nam, đồng hồ nghiệp vụ)';
comment on column ops.source_days.whole_local_at is 'Thời điểm thực tế đọc xong lượt đủ đầu tiên của ngày (giờ Việt Nam)';
comment on column ops.source_days.run_id is 'Lượt đọc gần nhất của ngày, trong ops.runs';
comment on column ops.source_days.message_vi is 'Thông báo của lượt đó khi chưa đủ: nguyên nhân và việc cần làm';
