with read_status as (
    select
        open.province_code,
        open.period_month,
        open.provincial_portal_read_local_at
    from {{ ref('ind_data_status_monthly') }} as open
    union all
    select
        frozen.province_code,
        frozen.period_month,
        frozen.provincial_portal_read_local_at
    from {{ ref('stg_published__data_status') }} as frozen
)

select
    'connection' as finding_kind,
    'warning' as finding_severity,
    status.province_code,
    status.period_month,
    null::text as agency_code,
    null::text as indicator_code,
    null::text as unit_name_vi,
    concat_ws(' · ', to_char(status.period_month, 'MM/YYYY'), status.province_code) as subject,
    'Chưa kết nối Cổng dịch vụ công của tỉnh nên không có hồ sơ: tháng này chỉ có bảng xếp hạng theo '
    || 'điểm công bố của Cổng Dịch vụ công quốc gia (portal_rankings_monthly); bảng xếp hạng tính từ '
    || 'hồ sơ, phiếu điểm và điểm từng nhóm để trống. Việc cần làm: khi có quyền truy cập, đặt '
    || 'AIRFLOW_CONN_PROVINCIAL_PORTAL rồi đọc dữ liệu.'
        as finding_vi,
    null::bigint as records,
    null::timestamptz as found_at
from read_status as status
where status.provincial_portal_read_local_at is null
union all
select
    'unlisted_unit' as finding_kind,
    'warning' as finding_severity,
    unit.province_code,
    unit.period_month,
    unit.agency_code,
    null::text as indicator_code,
    unit.name_vi as unit_name_vi,
    concat_ws(' · ', to_char(unit.period_month, 'MM/YYYY'), unit.agency_code) as subject,
    'Đơn vị ' || coalesce(unit.name_vi, unit.agency_code) || ' có điểm công bố nhưng không được xếp '
    || 'hạng, vì không có trong danh mục cơ quan của tháng. Việc cần làm: thêm dòng của đơn vị (mã, tên, '
    || 'nhóm so sánh, ngày hiệu lực) vào dbt_project/seeds/agencies.csv rồi chạy lại '
    || 'build_warehouse_daily.' as finding_vi,
    null::bigint as records,
    null::timestamptz as found_at
from {{ ref('fct_evaluated_units') }} as unit
left join {{ ref('ind_assessed_agencies_monthly') }} as agency
    on
        unit.province_code = agency.province_code
        and unit.agency_code = agency.agency_code
        and unit.period_month = agency.period_month
where agency.agency_code is null
