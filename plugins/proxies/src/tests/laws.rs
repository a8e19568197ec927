use crate::proxy::*;
use archcast_sdk::conformance::check;

macro_rules! laws {
    ($($name:ident: $predictor:ty,)*) => {$(
        #[test]
        fn $name() {
            check::<$predictor>();
        }
    )*};
}

laws! {
    epe_nas_obeys_the_laws: epe_nas::EpeNas,
    fisher_obeys_the_laws: fisher::Fisher,
    grad_norm_obeys_the_laws: grad_norm::GradNorm,
    grasp_obeys_the_laws: grasp::Grasp,
    jacobian_covariance_obeys_the_laws: jacobian_covariance::JacobianCovariance,
    l2_norm_obeys_the_laws: l2_norm::L2Norm,
    logsynflow_obeys_the_laws: logsynflow::Logsynflow,
    meco_obeys_the_laws: meco::Meco,
    naswot_obeys_the_laws: naswot::Naswot,
    plain_obeys_the_laws: plain::Plain,
    snip_obeys_the_laws: snip::Snip,
    synflow_obeys_the_laws: synflow::Synflow,
    zen_score_obeys_the_laws: zen_score::ZenScore,
    zero_cost_obeys_the_laws: zero_cost::ZeroCost,
    zico_obeys_the_laws: zico::Zico,
}
