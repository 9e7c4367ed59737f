-- Two rows of one rule in force on one day would make its value a matter of luck.
select earlier.rule_code
from {{ ref('rules') }} as earlier
inner join {{ ref('rules') }} as later
    on
        earlier.rule_code = later.rule_code
        and earlier.valid_from < later.valid_from
where coalesce(earlier.valid_to, 'infinity'::date) >= later.valid_from
