-- Read when the marts are taken over: what the candidates' own descriptions say then.
with described as (
    select
        relation.relname::text as relation_name,
        attribute.attname::text as column_name,
        attribute.attnum::integer as position,
        format_type(attribute.atttypid, attribute.atttypmod) as data_type,
        coalesce(col_description(relation.oid, attribute.attnum), '') as description
    from pg_catalog.pg_class as relation
    inner join pg_catalog.pg_attribute as attribute on relation.oid = attribute.attrelid
    where
        relation.relnamespace = 'marts_candidate'::regnamespace
        and relation.relkind in ('r', 'v')
        and attribute.attnum > 0
        and not attribute.attisdropped
),

dictionary as (
    select
        described.relation_name,
        described.column_name,
        described.position,
        described.data_type,
        -- the first sentence; a point inside "2.1" ends none
        rtrim(regexp_replace(described.description, '\.\s.*$', ''), '.') as label_vi,
        substring(described.description from '\.\s+(.*)$') as meaning_vi,
        case
            when described.column_name ~ '(points|score|median|quartile|best)$|^points_to_' then 'điểm'
            when described.column_name ~ '^(ratio|target|peer_median_ratio)$' then 'tỷ lệ (1 = 100%)'
            when described.column_name = 'percent' then '%'
            when described.column_name ~ 'dossiers' then 'hồ sơ'
            when described.column_name ~ 'agencies(_in_band)?$' then 'cơ quan'
            when described.column_name ~ '(^|_)rank(_change|_in_band|_lowest|_highest)?$' then 'hạng'
        end as unit_vi,
        substring(described.description from '[Đđ]ể trống khi ([^.;]*)') as null_meaning_vi
    from described
)

{{ as_described('dictionary') }}
