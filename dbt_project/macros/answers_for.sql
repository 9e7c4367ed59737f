{#
Joins who answers for a record in a month: as `reporting` the agency, where one does, and as `province` the province.

`record` is the name of a row with province_code and agency_key (or SQL of the key), `month` that of a row with
period_month. Only a record with a field of procedure can be led by a succession of that field alone.
#}
{% macro answers_for(record, month, has_field=false, agency_key=none) -%}
left join {{ ref('bridge_agencies_by_month') }} as reporting
    on
        {{ record }}.province_code = reporting.province_code
        and {{ agency_key or record ~ '.agency_key' }} = reporting.recorded_agency_key
        and {{ month }}.period_month = reporting.period_month
        and not reporting.is_province
        and reporting.field_code
        = {% if has_field -%}
            case when {{ record }}.field_code = any(reporting.scoped_field_codes) then {{ record }}.field_code else '' end
        {%- else -%}
            ''
        {%- endif %}
left join {{ ref('bridge_agencies_by_month') }} as province
    on
        {{ record }}.province_code = province.province_code
        and {{ month }}.period_month = province.period_month
        -- the province counts every record, those of no agency included
        and province.recorded_agency_key = ''
{%- endmacro %}

{# A row for each that a record counts for, as `bearer`: the agency that answers for it, and the province. #}
{% macro each_bearer(record) -%}
cross join lateral (
    values ({{ record }}.reporting_agency_code), ({{ record }}.province_agency_code)
) as bearer (agency_code)
{%- endmacro %}
