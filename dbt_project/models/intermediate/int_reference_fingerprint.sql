with rows_of_reference as (
    select calendar_days::text as content from {{ ref('calendar_days') }} as calendar_days
    union all
    select rules::text from {{ ref('rules') }} as rules
    union all
    select portal_codes::text from {{ ref('portal_codes') }} as portal_codes
    union all
    select successions::text from {{ ref('agency_successions') }} as successions
    union all
    select holders::text from {{ ref('int_agency_holders') }} as holders
    union all
    select overrides::text from {{ ref('procedure_overrides') }} as overrides
    union all
    select 'first month {{ var("first_period_month") }}'
)

select md5(string_agg(content, e'\n' order by content)) as reference_fingerprint
from rows_of_reference
