create view ops.door_results as
with newest as (
    select distinct on (result.door, result.suite)
        result.door,
        result.suite,
        result.run_id,
        result.batch_id
    from ops.check_results as result
    order by result.door asc, result.suite asc, result.check_id desc
),

latest as (
    select distinct on (result.door, result.suite, result.expectation)
        result.*
    from ops.check_results as result
    inner join newest
        on
            result.door = newest.door
            and result.suite = newest.suite
            and result.run_id = newest.run_id
            and result.batch_id is not distinct from newest.batch_id
    order by result.door asc, result.suite asc, result.expectation asc, result.check_id desc
)

select
    latest.door,
    case latest.door when 'in' then 'cửa vào' else 'cửa ra' end as door_vi,
    latest.suite,
    latest.expectation,
    latest.severity,
    latest.passed,
    case
        when latest.passed then 'passed'
        when acceptance.accepted_by is not null then 'accepted'
        when latest.severity = 'critical' then 'blocked'
        else latest.severity
    end as verdict,
    case
        when latest.passed then 'đạt'
        when acceptance.accepted_by is not null then 'không đạt, đã được chấp nhận'
        when latest.severity = 'critical' then 'không đạt, bị chặn'
        when latest.severity = 'warning' then 'không đạt, cảnh báo'
        else 'không đạt, để biết'
    end as verdict_vi,
    (
        select string_agg(value.key || ' = ' || coalesce(value.value, 'không có'), ', ' order by value.key)
        from jsonb_each_text(latest.observed) as value
    ) as measured_vi,
    latest.expected_vi as limit_vi,
    latest.notes_vi,
    run.portal,
    (run.as_of at time zone 'Asia/Ho_Chi_Minh')::date as day,
    latest.run_id,
    latest.batch_id,
    latest.checked_at at time zone 'Asia/Ho_Chi_Minh' as checked_local_at,
    acceptance.accepted_by,
    acceptance.reason as accept_reason
from latest
inner join ops.runs as run using (run_id)
left join ops.acceptances as acceptance
    on
        latest.run_id = acceptance.run_id
        and latest.suite = acceptance.suite
        and latest.expectation = acceptance.expectation
        and latest.batch_id is not distinct from acceptance.batch_id;

comment on view ops.door_results is
'Mỗi dòng là một điều kiện của một bảng ở cửa vào hoặc cửa ra: kết quả gần nhất, giá trị đo được và ngưỡng.';
comment on column ops.door_results.door is 'Cửa: in hoặc out';
comment on column ops.door_results.door_vi is 'Cửa vào (trước khi nạp vào kho) hoặc cửa ra (trước khi thay bảng người dùng xem)';
comment on column ops.door_results.suite is 'Bảng được kiểm tra';
comment on column ops.door_results.expectation is 'Điều kiện';
comment on column ops.door_results.severity is 'Mức: critical chặn, warning cảnh báo, info để biết';
comment on column ops.door_results.passed is 'Đạt hay không';
comment on column ops.door_results.verdict is 'Kết luận: passed, accepted, blocked, warning, info';
comment on column ops.door_results.verdict_vi is 'Kết luận bằng lời';
comment on column ops.door_results.measured_vi is 'Giá trị đo được';
comment on column ops.door_results.limit_vi is 'Ngưỡng yêu cầu; trống với kết quả của bản phát hành cũ';
comment on column ops.door_results.notes_vi is 'Ý nghĩa của điều kiện và việc cần làm';
comment on column ops.door_results.portal is 'Mã cổng; trống ở cửa ra';
comment on column ops.door_results.day is 'Ngày chốt số liệu của lượt chạy';
comment on column ops.door_results.run_id is 'Lượt chạy, trong ops.runs';
comment on column ops.door_results.batch_id is 'Lô dữ liệu; trống ở cửa ra';
comment on column ops.door_results.checked_local_at is 'Thời điểm thực tế kiểm tra (giờ Việt Nam)';
comment on column ops.door_results.accepted_by is 'Người chấp nhận, khi điều kiện không đạt được cho qua';
comment on column ops.door_results.accept_reason is 'Lý do chấp nhận';
