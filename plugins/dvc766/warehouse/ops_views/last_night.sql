create view ops.last_night as
with night as (
    select *
    from ops.source_days
    where is_newest_day
),

newest as (
    select
        max((run.as_of at time zone 'Asia/Ho_Chi_Minh')::date) as day,
        max(run.as_of) as as_of
    from ops.runs as run
    where run.kind in ('reading', 'ranking')
),

counts as (
    select
        count(*) as sources,
        count(*) filter (where night.state in ('whole', 'late')) as sources_in,
        count(*) filter (where night.state = 'late') as sources_late,
        count(*) filter (where night.state = 'running') as sources_running,
        count(*) filter (where night.state = 'blocked') as sources_blocked,
        count(*) filter (where night.state = 'missing') as sources_missing,
        max(night.whole_local_at) as last_in_local_at
    from night
),

lacking as (
    select string_agg(part.text_vi, '; ' order by part.portal, part.state) as text_vi
    from (
        select
            night.portal,
            night.state,
            night.portal_vi || ': ' || night.state_vi || ' ' || string_agg(night.resource_vi, ', ' order by night.resource)
                as text_vi
        from night
        where night.state not in ('whole', 'late')
        group by night.portal, night.portal_vi, night.state, night.state_vi
    ) as part
),

-- What readers see, and whether it was begun after all of the night was in.
shown as (
    select
        run.run_id,
        run.as_of,
        run.started_at
    from ops.runs as run
    where
        run.kind = 'ranking'
        and run.state = 'succeeded'
    order by run.finished_at desc, run.run_id desc
    limit 1
),

newest_build as (
    select
        run.run_id,
        run.state
    from ops.runs as run
    where
        run.kind = 'ranking'
        and run.state <> 'superseded'
    order by run.run_id desc
    limit 1
),

judged as (
    select
        newest.day,
        newest.as_of,
        counts.*,
        lacking.text_vi as lacking_vi,
        shown.run_id as shown_run_id,
        shown.as_of as shown_as_of,
        newest_build.run_id as newest_build_id,
        newest_build.state as newest_build_state,
        coalesce(
            shown.started_at at time zone 'Asia/Ho_Chi_Minh' >= counts.last_in_local_at
            and (shown.as_of at time zone 'Asia/Ho_Chi_Minh')::date >= newest.day,
            false
        ) as is_ranking_current
    from newest
    cross join counts
    cross join lacking
    left join shown on true
    left join newest_build on true
),

told as (
    select
        judged.*,
        judged.sources > 0 and judged.sources_in = judged.sources and judged.is_ranking_current as is_complete,
        case
            when judged.is_ranking_current then 'đã tính với dữ liệu này'
            when judged.newest_build_state = 'running' then 'đang tính'
            when judged.newest_build_state = 'blocked' and judged.newest_build_id > coalesce(judged.shown_run_id, 0)
                then 'bị chặn ở bước kiểm tra'
            when judged.newest_build_state = 'failed' and judged.newest_build_id > coalesce(judged.shown_run_id, 0)
                then 'tính không thành công'
            else 'chưa tính với dữ liệu này'
        end as ranking_vi
    from judged
)

select
    told.day,
    told.is_complete,
    case
        when told.is_complete then 'đủ'
        when told.sources_running > 0 or told.ranking_vi = 'đang tính' then 'đang chạy'
        else 'chưa đủ'
    end as verdict_vi,
    case
        when told.day is null then 'Chưa có lượt đọc nào.'
        when told.is_complete
            then
                'Đêm ' || to_char(told.day, 'DD/MM/YYYY') || ' đủ: ' || told.sources || ' nguồn đã đọc xong'
                || case when told.sources_late > 0 then ' (' || told.sources_late || ' nguồn trễ)' else '' end
                || ', bảng xếp hạng đã tính với dữ liệu này.'
        else
            'Đêm ' || to_char(told.day, 'DD/MM/YYYY') || ' chưa đủ: '
            || case when told.sources = 0 then 'chưa nguồn nào được đọc' else told.sources_in || '/' || told.sources || ' nguồn đã đọc xong' end
            || coalesce('; ' || told.lacking_vi, '')
            || '; bảng xếp hạng ' || told.ranking_vi || '.'
    end as sentence_vi,
    told.sources,
    told.sources_in,
    told.sources_late,
    told.sources_running,
    told.sources_blocked,
    told.sources_missing,
    told.lacking_vi,
    told.is_ranking_current,
    told.ranking_vi,
    told.shown_run_id,
    told.shown_as_of at time zone 'Asia/Ho_Chi_Minh' as shown_to_local_at,
    told.as_of at time zone 'Asia/Ho_Chi_Minh' as newest_local_at,
    (select count(*) from quarantine.records as record where record.resolved_run is null) as quarantine_open,
    (select count(*) from ops.waiting_batches) as waiting
from told;

comment on view ops.last_night is
'Đúng một dòng: đêm qua đã đủ chưa, còn thiếu gì. "Đêm qua" là ngày của lượt chạy mới nhất: khi không lượt nào chạy nữa, phải so cột day với ngày hôm nay.';
comment on column ops.last_night.day is 'Ngày của lượt chạy mới nhất; trống khi chưa có lượt nào';
comment on column ops.last_night.is_complete is
'Đúng khi mọi nguồn đã đọc xong và bảng xếp hạng đang hiển thị được tính sau đó';
comment on column ops.last_night.verdict_vi is 'đủ, đang chạy, hoặc chưa đủ';
comment on column ops.last_night.sentence_vi is 'Kết luận bằng một câu';
comment on column ops.last_night.sources is 'Số nguồn (cổng và loại bản ghi) phải đọc';
comment on column ops.last_night.sources_in is 'Số nguồn đã đọc xong, kể cả trễ';
comment on column ops.last_night.sources_late is 'Số nguồn đọc xong sau khi đã tính bảng xếp hạng của ngày';
comment on column ops.last_night.sources_running is 'Số nguồn đang đọc';
comment on column ops.last_night.sources_blocked is 'Số nguồn có lô bị chặn';
comment on column ops.last_night.sources_missing is 'Số nguồn còn thiếu';
comment on column ops.last_night.lacking_vi is 'Còn thiếu gì, theo cổng; trống khi đã đọc đủ';
comment on column ops.last_night.is_ranking_current is 'Bảng xếp hạng đang hiển thị được tính sau khi đọc xong';
comment on column ops.last_night.ranking_vi is 'Tình trạng bảng xếp hạng';
comment on column ops.last_night.shown_run_id is 'Lượt tính đang hiển thị, trong ops.runs';
comment on column ops.last_night.shown_to_local_at is 'Bảng đang hiển thị tính đến thời điểm này (giờ Việt Nam)';
comment on column ops.last_night.newest_local_at is 'Thời điểm chốt số liệu của lượt chạy mới nhất (giờ Việt Nam)';
comment on column ops.last_night.quarantine_open is 'Số dòng cách ly chưa giải quyết';
comment on column ops.last_night.waiting is 'Số việc đang chờ người xử lý';
