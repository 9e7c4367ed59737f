with swings as (
    select
        one.province_code,
        one.agency_code,
        one.period_month,
        min(one.rank) as least_rank,
        max(one.rank) as greatest_rank,
        sum(one.dossiers) filter (where one.rank is distinct from one.rank_with) as deciding_dossiers,
        (
            array_agg(
                one.first_dossier_code
                -- no rank at all is the greatest move
                order by abs(one.rank - one.rank_with) desc nulls first, one.first_dossier_code asc
            ) filter (where one.rank is distinct from one.rank_with)
        )[1] as deciding_dossier_code
    from {{ ref('ind_ranks_without_a_dossier') }} as one
    group by one.province_code, one.agency_code, one.period_month
),

banded as (
    select
        total.province_code,
        total.agency_code,
        total.period_month,
        total.peer_group,
        total.score,
        band.band_code,
        band.name_vi
    from {{ ref('ind_totals_monthly') }} as total
    left join lateral (
        select valid.*
        from {{ ref('volume_bands') }} as valid
        where
            valid.min_dossiers <= total.dossiers_in_hand
            and {{ in_force('valid', 'total.last_on') }}
        order by valid.min_dossiers desc
        limit 1
    ) as band on true
    where total.assessment_status = 'ranked'
),

ranked_in_band as (
    select
        banded.*,
        rank() over (
            partition by banded.province_code, banded.period_month, banded.peer_group, banded.band_code
            order by banded.score desc
        ) as rank_in_band,
        count(*) over (
            partition by banded.province_code, banded.period_month, banded.peer_group, banded.band_code
        ) as agencies_in_band
    from banded
)

select
    head.province_code,
    head.connected_province_code,
    head.period_month,
    head.period_label,
    head.peer_group,
    head.peer_group_vi,
    head.agency_code,
    head.agency_name_vi,
    standing.rank,
    band.score,
    head.dossiers_in_hand,
    head.is_small_base,
    gap.points_to_next_rank,
    gap.points_to_rank_below,
    least(standing.rank, swing.least_rank) as rank_lowest,
    greatest(standing.rank, swing.greatest_rank) as rank_highest,
    coalesce(swing.deciding_dossiers, 0)::integer as dossiers_that_change_rank,
    swing.deciding_dossier_code,
    gap.dossiers_to_next_rank,
    band.band_code as volume_band_code,
    band.name_vi as volume_band_vi,
    case when band.band_code is not null then band.rank_in_band end::integer as rank_in_band,
    case when band.band_code is not null then band.agencies_in_band end::integer as agencies_in_band,
    head.is_provisional,
    head.revision
from ranked_in_band as band
inner join {{ ref('ind_standings_monthly') }} as standing using (province_code, agency_code, period_month)
inner join {{ ref('ind_rank_gaps_monthly') }} as gap using (province_code, agency_code, period_month)
inner join {{ ref('ind_agency_heads_monthly') }} as head
    on
        band.province_code = head.connected_province_code
        and band.agency_code = head.agency_code
        and band.period_month = head.period_month
left join swings as swing
    on
        band.province_code = swing.province_code
        and band.agency_code = swing.agency_code
        and band.period_month = swing.period_month
