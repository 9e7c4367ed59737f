{{ config(materialized='table', unlogged=true) }}
-- depends_on: {{ ref('int_dossiers_to_refresh') }}
{%- set facts = built_before('facts', 'fct_dossiers') %}

{% if facts -%}
with earlier as (
    select facts.*
    from {{ ref('int_dossiers_to_refresh') }} as touched
    inner join {{ facts }} as facts using (province_code, source_id)
)

select
    assembled.*,
    false as is_gone,
    earlier.submitted_on as earlier_submitted_on,
    (assembled.agency_code, assembled.procedure_code, assembled.field_code, assembled.channel, assembled.submitted_on)
    is distinct from
    (earlier.agency_code, earlier.procedure_code, earlier.field_code, earlier.channel, earlier.submitted_on)
        as is_filing_changed
from {{ ref('int_dossiers_assembled') }} as assembled
left join earlier using (province_code, source, source_id)
where row(assembled.*) is distinct from row(earlier.*)
union all
select
    earlier.*,
    true as is_gone,
    earlier.submitted_on as earlier_submitted_on,
    true as is_filing_changed
from earlier
inner join {{ ref('int_dossiers_to_refresh') }} as touched using (province_code, source_id)
where touched.is_gone
{%- else -%}
select
    assembled.*,
    false as is_gone,
    null::date as earlier_submitted_on,
    true as is_filing_changed
from {{ ref('int_dossiers_assembled') }} as assembled
{%- endif %}
