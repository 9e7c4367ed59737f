{{ config(
    materialized='table',
    unlogged=true,
    indexes=[{'columns': ['province_code', 'source_id'], 'unique': true}],
) }}
-- depends_on: {{ ref('int_records_touched') }}
-- depends_on: {{ ref('int_procedure_limits') }}
-- depends_on: {{ ref('int_dossiers_moved_on') }}
{%- set dossiers = built_before('facts', 'fct_dossiers') %}
{%- set months = built_before('facts', 'fct_dossier_months') %}
{%- set limits = built_before('facts', 'fct_procedure_limits') %}

with inputs as (
    select * from {{ ref('int_build_inputs') }}
),

keys as (
    select distinct
        versions.province_code,
        versions.source_id
    from {{ ref('stg_provincial_portal__dossier_versions') }} as versions
    where
        versions.version_id >= (select inputs.earlier_dossier_version + 1 from inputs)
        and versions.version_id <= (select inputs.dossier_version from inputs)
    {%- if dossiers and months and limits %}
        union
        -- its payments, ratings or petitions changed
        select
            dossiers.province_code,
            dossiers.source_id
        from {{ ref('int_records_touched') }} as touched
        inner join {{ dossiers }} as dossiers
            on
                touched.province_code = dossiers.province_code
                and touched.dossier_code = dossiers.dossier_code
        union
        -- ... by a code that it bore before
        select
            dossiers.province_code,
            dossiers.source_id
        from {{ ref('int_records_touched') }} as touched
        inner join {{ dossiers }} as dossiers
            on
                touched.province_code = dossiers.province_code
                and dossiers.former_codes @> to_jsonb(touched.dossier_code)
        union
        -- the limit of its procedure changed
        select
            dossiers.province_code,
            dossiers.source_id
        from {{ ref('int_procedure_limits') }} as limits
        full join {{ limits }} as earlier using (province_code, procedure_code, in_force_from)
        inner join {{ dossiers }} as dossiers using (province_code, procedure_code)
        where
            limits.time_limit is distinct from earlier.time_limit
            or limits.in_force_until is distinct from earlier.in_force_until
            or limits.time_limit_unit is distinct from earlier.time_limit_unit
        union
        -- time alone may change its verdict
        select
            moved.province_code,
            moved.source_id
        from {{ ref('int_dossiers_moved_on') }} as moved
        {%- for period in build_argument('periods').split(',') if period %}
            union
            select
                months.province_code,
                months.source_id
            from {{ months }} as months
            where months.period_month = '{{ period }}'::date
            union
            select
                dossiers.province_code,
                dossiers.source_id
            from {{ dossiers }} as dossiers
            where date_trunc('month', dossiers.received_on) = '{{ period }}'::date
        {%- endfor %}
    {%- endif %}
)

select
    keys.province_code,
    keys.source_id,
    newest.version_id,
    newest.is_deleted as is_gone
from keys
cross join lateral (
    select
        versions.version_id,
        versions.is_deleted
    from {{ ref('stg_provincial_portal__dossier_versions') }} as versions
    where
        keys.province_code = versions.province_code
        and keys.source_id = versions.source_id
        and versions.version_id <= (select inputs.dossier_version from inputs)
    order by versions.version_id desc
    limit 1
) as newest
