create view ops.restatements_open as
with newest_watch as (
    select
        run.run_id,
        run.finished_at
    from ops.runs as run
    where
        run.kind = 'watching'
        and run.state = 'succeeded'
    order by run.run_id desc
    limit 1
),

newest_revision as (
    select
        revision.period_month,
        max(revision.revision) as revision
    from published.revisions as revision
    group by revision.period_month
)

select
    restatement.province_code,
    restatement.period_month,
    to_char(restatement.period_month, 'MM/YYYY') as period_label,
    restatement.revision,
    restatement.agency_code,
    nullif(restatement.indicator_code, '') as indicator_code,
    restatement.indicator_code = '' as is_total,
    restatement.points_before,
    restatement.points_after,
    restatement.points_after - restatement.points_before as points_change,
    restatement.rank_before,
    restatement.rank_after,
    coalesce(restatement.rank_before, 0) <> coalesce(restatement.rank_after, 0) as moves_a_rank,
    restatement.numerator_before,
    restatement.numerator_after,
    restatement.denominator_before,
    restatement.denominator_after,
    restatement.records,
    (
        select
            string_agg(
                case cause.code
                    when 'records' then 'bản ghi đến sau hoặc đổi sau'
                    when 'reference' then 'bảng tham chiếu đã đổi'
                    when 'code' then 'cách tính đã đổi'
                    else cause.code
                end,
                ', ' order by cause.place
            )
        from unnest(restatement.causes) with ordinality as cause (code, place)
    ) as causes_vi,
    restatement.known_since at time zone 'Asia/Ho_Chi_Minh' as known_since_local_at,
    newest_watch.finished_at at time zone 'Asia/Ho_Chi_Minh' as found_local_at,
    restatement.run_id
from ops.restatements as restatement
inner join newest_watch using (run_id)
inner join newest_revision using (period_month, revision);

comment on view ops.restatements_open is
'Mỗi dòng là một số liệu của tháng đã chốt sẽ khác nếu tính lại hôm nay, theo lần đối chiếu hằng tuần mới nhất; tháng đã đính chính sau đó thì không còn ở đây.';
comment on column ops.restatements_open.province_code is 'Mã tỉnh';
comment on column ops.restatements_open.period_month is 'Tháng đã chốt (ngày đầu tháng)';
comment on column ops.restatements_open.period_label is 'Tháng, dạng MM/YYYY';
comment on column ops.restatements_open.revision is 'Lần chốt được so';
comment on column ops.restatements_open.agency_code is 'Mã cơ quan';
comment on column ops.restatements_open.indicator_code is 'Mã chỉ số; trống ở dòng tổng điểm';
comment on column ops.restatements_open.is_total is 'Dòng tổng điểm của cơ quan';
comment on column ops.restatements_open.points_before is 'Điểm đã chốt';
comment on column ops.restatements_open.points_after is 'Điểm nếu tính lại';
comment on column ops.restatements_open.points_change is 'Chênh lệch điểm';
comment on column ops.restatements_open.rank_before is 'Hạng đã chốt';
comment on column ops.restatements_open.rank_after is 'Hạng nếu tính lại';
comment on column ops.restatements_open.moves_a_rank is 'Hạng có thay đổi hay không';
comment on column ops.restatements_open.numerator_before is 'Tử số đã chốt';
comment on column ops.restatements_open.numerator_after is 'Tử số nếu tính lại';
comment on column ops.restatements_open.denominator_before is 'Mẫu số đã chốt';
comment on column ops.restatements_open.denominator_after is 'Mẫu số nếu tính lại';
comment on column ops.restatements_open.records is 'Số bản ghi của cơ quan đã khác';
comment on column ops.restatements_open.causes_vi is 'Nguyên nhân có thể';
comment on column ops.restatements_open.known_since_local_at is 'Bản ghi khác đầu tiên được biết từ lúc nào (giờ Việt Nam)';
comment on column ops.restatements_open.found_local_at is 'Thời điểm thực tế đối chiếu xong (giờ Việt Nam)';
comment on column ops.restatements_open.run_id is 'Lượt đối chiếu, trong ops.runs';
