{#
Pre-hook of a table with rows by dossier: drops the rows of the dossiers that are made again, and of those that are
gone. A dossier may have fewer rows than before, or none, which dbt's delete+insert would not see.
#}
{% macro forget_touched_dossiers() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as made
        using {{ ref('int_dossiers_touched') }} as touched
        where
            made.province_code = touched.province_code
            and made.source_id = touched.source_id
    {%- endif -%}
{%- endmacro %}
