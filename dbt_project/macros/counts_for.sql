{#
Joins, as `bridge`, whom a record counts for in a month: the reporting agency of that month, and the province.

`record` is the name of a row with province_code and agency_key (or SQL of the key), `month` that of a row with
period_month. Only a record with a field of procedure can be led by a succession of that field alone.
#}
{% macro counts_for(record, month, has_field=false, agency_key=none) -%}
inner join {{ ref('bridge_agencies_by_month') }} as bridge
    on
        {{ record }}.province_code = bridge.province_code
        and {{ agency_key or record ~ '.agency_key' }} = bridge.recorded_agency_key
        and {{ month }}.period_month = bridge.period_month
        and bridge.field_code
        = {% if has_field -%}
            case when {{ record }}.field_code = any(bridge.scoped_field_codes) then {{ record }}.field_code else '' end
        {%- else -%}
            ''
        {%- endif %}
{%- endmacro %}
