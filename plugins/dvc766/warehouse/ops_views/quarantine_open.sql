create view ops.quarantine_open as
select
    record.record_id,
    record.province_code,
    record.portal,
    coalesce(source.portal_vi, record.portal) as portal_vi,
    record.resource,
    coalesce(source.resource_vi, record.resource) as resource_vi,
    record.source_id as record_key,
    record.field,
    record.reason,
    case record.reason
        when 'unknown_code' then 'mã lạ'
        when 'missing' then 'thiếu trường bắt buộc'
        else 'không đọc được'
    end as reason_vi,
    record.code,
    (first_run.as_of at time zone 'Asia/Ho_Chi_Minh')::date as since_on,
    (last_run.as_of at time zone 'Asia/Ho_Chi_Minh')::date as last_seen_on,
    record.changed_at at time zone 'Asia/Ho_Chi_Minh' as changed_local_at,
    record.first_seen_run,
    record.last_seen_run,
    count(*) over alike as records_alike,
    release.released_by,
    release.reason as release_reason,
    release.released_by is not null as is_to_be_read_again,
    case
        when release.released_by is not null then 'Chờ lượt đọc kế tiếp'
        when record.reason = 'unknown_code' then 'Hỏi đơn vị quản lý cổng nghĩa của mã, rồi ./run quarantine map'
        else 'Báo đơn vị quản lý cổng sửa bản ghi; sửa xong thì ./run quarantine release'
    end as todo_vi
from quarantine.records as record
left join ops.runs as first_run on record.first_seen_run = first_run.run_id
left join ops.runs as last_run on record.last_seen_run = last_run.run_id
left join ops.sources as source
    on
        record.province_code = source.province_code
        and record.portal = source.portal
        and record.resource = source.resource
left join lateral (
    select
        one.released_by,
        one.reason
    from quarantine.releases as one
    where
        one.record_id = record.record_id
        and one.seen_run = record.last_seen_run
    order by one.release_id desc
    limit 1
) as release on true
where record.resolved_run is null
window alike as (
    partition by record.province_code, record.portal, record.resource, record.field, record.reason, record.code
);

comment on view ops.quarantine_open is
'Mỗi dòng là một trường của một bản ghi đang bị cách ly. Chỉ có khóa của bản ghi, tên trường, lý do và mã; không có thông tin cá nhân.';
comment on column ops.quarantine_open.record_id is 'Số của dòng cách ly, dùng với ./run quarantine explain';
comment on column ops.quarantine_open.province_code is 'Mã tỉnh';
comment on column ops.quarantine_open.portal is 'Mã cổng';
comment on column ops.quarantine_open.portal_vi is 'Tên cổng';
comment on column ops.quarantine_open.resource is 'Mã loại bản ghi';
comment on column ops.quarantine_open.resource_vi is 'Loại bản ghi';
comment on column ops.quarantine_open.record_key is 'Khóa của bản ghi trên cổng; trống khi khóa không đọc được';
comment on column ops.quarantine_open.field is 'Trường bị lỗi';
comment on column ops.quarantine_open.reason is 'Lý do: unknown_code, missing, unreadable';
comment on column ops.quarantine_open.reason_vi is 'Lý do bằng lời';
comment on column ops.quarantine_open.code is 'Mã lạ; chỉ có khi lý do là unknown_code';
comment on column ops.quarantine_open.since_on is 'Bị cách ly từ ngày nào (ngày chốt số liệu của lượt đọc đầu tiên gặp)';
comment on column ops.quarantine_open.last_seen_on is 'Lần gần nhất còn gặp lỗi (ngày chốt số liệu)';
comment on column ops.quarantine_open.changed_local_at is 'Thời điểm cập nhật bản ghi trên cổng (giờ Việt Nam)';
comment on column ops.quarantine_open.first_seen_run is 'Lượt đọc đầu tiên gặp';
comment on column ops.quarantine_open.last_seen_run is 'Lượt đọc gần nhất gặp';
comment on column ops.quarantine_open.records_alike is 'Số bản ghi đang bị cách ly vì cùng nguyên nhân này';
comment on column ops.quarantine_open.released_by is 'Người yêu cầu đọc lại, khi lượt đọc kế tiếp chưa chạy';
comment on column ops.quarantine_open.release_reason is 'Lý do yêu cầu đọc lại';
comment on column ops.quarantine_open.is_to_be_read_again is 'Lượt đọc kế tiếp sẽ đọc lại theo yêu cầu';
comment on column ops.quarantine_open.todo_vi is 'Việc cần làm';
