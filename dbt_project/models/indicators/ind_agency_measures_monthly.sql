{{ unpivot_measures(ref('ind_dossier_measures')) }}
union all
{{ unpivot_measures(ref('ind_filing_measures')) }}
union all
{{ unpivot_measures(ref('ind_procedure_measures')) }}
union all
{{ unpivot_measures(ref('ind_petition_measures')) }}
union all
{{ unpivot_measures(ref('ind_capture_measures')) }}
