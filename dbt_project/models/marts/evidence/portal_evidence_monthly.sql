with in_hand as (
    {{ evidence_of_months('dossier') }}
),

filed as (
    {{ evidence_of_months('filing') }}
),

-- without an indicator: of all that count dossiers in hand
candidates as (
    select
        bearer.agency_code,
        dossier.period_month,
        dossier.source_id,
        dossier.dossier_code,
        dossier.procedure_code,
        dossier.received_on,
        fit.*
    from in_hand as dossier
    inner join {{ ref('mart_dim_months') }} as month on dossier.period_month = month.period_month
    {{ each_bearer('dossier') }}
    cross join
        lateral (
            values
            (
                'late_sync', null,
                {{ fits_cause('late_sync', 'dossier', 'month.unsynced_from_on') }},
                'NgayTiepNhan', to_char(dossier.received_on, 'DD/MM/YYYY'), 'Chưa có hồ sơ này'
            ),
            (
                'status_rewritten', null, {{ fits_cause('status_rewritten', 'dossier') }}, 'TrangThaiHoSo',
                'Chờ bổ sung, chờ nghĩa vụ tài chính hoặc tạm dừng từ '
                || to_char(dossier.waiting_since_on, 'DD/MM/YYYY'), '9 (đã có kết quả)'
            ),
            (
                're_dated', null, {{ fits_cause('re_dated', 'dossier') }}, 'NgayHenTra',
                to_char(dossier.original_due_on, 'DD/MM/YYYY'), 'Ngày hẹn lại, tính là đúng hạn'
            ),
            (
                'missing_deadline_on_time', null, {{ fits_cause('missing_deadline_on_time', 'dossier') }},
                'NgayHenTra', 'Không có ngày hẹn trả', 'Đúng hạn'
            ),
            (
                'cash_counted', null, {{ fits_cause('cash_counted', 'dossier') }}, 'DuocThanhToanTrucTuyen',
                'Không có giao dịch trực tuyến thành công', '1 hoặc 2 (đã thanh toán trực tuyến)'
            ),
            (
                're_keyed', null, {{ fits_cause('re_keyed', 'dossier') }}, 'MaHoSo',
                dossier.dossier_code, 'Hai hồ sơ'
            ),
            ('flag_forced', '4.2', dossier.is_digitised, 'HoSoCoThanhPhanSoHoa', '1', '0'),
            ('flag_forced', '4.3', dossier.reuses_data, 'DuocTaiSuDung', '1', '0'),
            ('flag_forced', '4.4', dossier.in_national_store, 'DuocLayTuKhoDMQG', '1', '0'),
            ('flag_forced', '4.5b', dossier.is_vneid_verified, 'TaiKhoanDuocXacThucVoiVNeID', '1', '0'),
            ('flag_forced', '4.5b', dossier.uses_population_data, 'DSKetNoiCSDL', '1', '0')
        ) as fit (cause_code, indicator_code, applies, portal_field, our_value_vi, portal_counted_vi)
    where dossier.is_current and fit.applies
    union all
    select
        bearer.agency_code,
        filing.period_month,
        filing.source_id,
        filing.dossier_code,
        filing.procedure_code,
        filing.received_on,
        'late_sync' as cause_code,
        '3.3' as indicator_code,
        true as applies,
        'NgayTiepNhan' as portal_field,
        to_char(filing.received_on, 'DD/MM/YYYY') as our_value_vi,
        'Chưa có hồ sơ này' as portal_counted_vi
    from filed as filing
    inner join {{ ref('mart_dim_months') }} as month on filing.period_month = month.period_month
    {{ each_bearer('filing') }}
    where filing.is_current and filing.received_on between month.unsynced_from_on and month.last_on
),

of_dossiers_in_hand as (
    select indicator_code
    from {{ ref('mart_dim_indicator_versions') }}
    where denominator_measure::text in ('dossiers_in_hand', 'dossiers_in_hand_timed', 'fee_dossiers_in_hand')
),

evidence as (
    select
        named.province_code,
        named.period_month,
        named.agency_code,
        named.agency_name_vi,
        named.cause_code,
        named.cause_vi,
        fit.source_id,
        fit.dossier_code,
        fit.procedure_code,
        fit.received_on,
        fit.portal_field,
        fit.our_value_vi,
        fit.portal_counted_vi,
        string_agg(distinct named.indicator_code, ', ' order by named.indicator_code) as indicator_codes,
        bool_and(named.is_proved) as is_proved,
        max(named.portal_captured_on) as portal_captured_on
    from {{ ref('score_reconciliations_monthly') }} as named
    inner join candidates as fit
        on
            named.agency_code = fit.agency_code
            and named.period_month = fit.period_month
            and named.cause_code = fit.cause_code
            and (
                named.indicator_code = fit.indicator_code
                or (
                    fit.indicator_code is null
                    and named.indicator_code in (select indicator_code from of_dossiers_in_hand)
                )
            )
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
)

{{ as_described('evidence', plainly=true) }}
