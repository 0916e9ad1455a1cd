//! The checks, in the order in which people see them: one line each.

use crate::{About, Entry, FleetEntry};

macro_rules! registry {
    ($($area:ident :: $file:ident :: $check:ident,)+) => {
        /// Every check on one fact.
        pub const CHECKS: &[Entry] = &[$(Entry::of::<crate::$area::$file::$check>()),+];

        /// The examples of every check.
        #[cfg(test)]
        pub(crate) const EXAMPLES: &[(Entry, fn() -> Vec<crate::examples::Example>)] = &[
            $((Entry::of::<crate::$area::$file::$check>(), crate::$area::$file::examples)),+
        ];
    };
}

registry! {
    tls::legacy_version::LegacyVersion,
    tls::weak_suite::WeakSuite,
    tls::no_forward_secrecy::NoForwardSecrecy,
    tls::implementation_flaw::ImplementationFlaw,
    tls::insecure_renegotiation::InsecureRenegotiation,
    tls::weak_dh::WeakDh,
    tls::weak_group::WeakGroup,
    tls::weak_signature_scheme::WeakSignatureScheme,
    tls::compression::Compression,
    tls::no_aead::NoAead,
    tls::client_order::ClientOrder,
    tls::client_renegotiation::ClientRenegotiation,
    tls::no_fallback_scsv::NoFallbackScsv,
    tls::no_extended_master_secret::NoExtendedMasterSecret,
    tls::early_data::EarlyData,
    tls::hello_intolerance::HelloIntolerance,
    tls::key_reused::KeyReused,
    tls::known_attack::KnownAttack,
    tls::no_newest_version::NoNewestVersion,
    tls::no_post_quantum::NoPostQuantum,
    tls::starttls_missing::StarttlsMissing,
    tls::starttls_injection::StarttlsInjection,
    cert::expired::Expired,
    cert::expiring::Expiring,
    cert::not_yet_valid::NotYetValid,
    cert::wrong_name::WrongName,
    cert::self_signed::SelfSigned,
    cert::untrusted_chain::UntrustedChain,
    cert::weak_key::WeakKey,
    cert::weak_signature::WeakSignature,
    cert::chain_incomplete::ChainIncomplete,
    cert::chain_order::ChainOrder,
    cert::chain_unneeded::ChainUnneeded,
    cert::revoked::Revoked,
    cert::staple_missing::StapleMissing,
    cert::staple_invalid::StapleInvalid,
    cert::no_timestamps::NoTimestamps,
    cert::lifetime_too_long::LifetimeTooLong,
    cert::weak_primes::WeakPrimes,
    cert::wrong_usage::WrongUsage,
    cert::malformed::Malformed,
    cert::wildcard::Wildcard,
    cert::caa_missing::CaaMissing,
    cert::dane_mismatch::DaneMismatch,
    web::no_https_redirect::NoHttpsRedirect,
    web::hsts_missing::HstsMissing,
    web::cookie_insecure::CookieInsecure,
    web::version_disclosed::VersionDisclosed,
    web::page_version::PageVersion,
    web::hsts_preload_unfit::HstsPreloadUnfit,
    web::csp_missing::CspMissing,
    web::csp_weak::CspWeak,
    web::clickjacking::Clickjacking,
    web::no_sniff_missing::NoSniffMissing,
    web::referrer_policy::ReferrerPolicy,
    web::cors_open::CorsOpen,
    web::trace_enabled::TraceEnabled,
    web::directory_listing::DirectoryListing,
    web::default_page::DefaultPage,
    web::exposed_file::ExposedFile,
    web::login_over_http::LoginOverHttp,
    web::security_txt_missing::SecurityTxtMissing,
    web::security_txt_expired::SecurityTxtExpired,
    web::incident_contact_missing::IncidentContactMissing,
    web::defaced::Defaced,
    web::hidden_links::HiddenLinks,
    web::cloaked_redirect::CloakedRedirect,
    web::gambling_content::GamblingContent,
    ssh::protocol_one::ProtocolOne,
    ssh::weak_kex::WeakKex,
    ssh::weak_cipher::WeakCipher,
    ssh::weak_mac::WeakMac,
    ssh::weak_host_key::WeakHostKey,
    ssh::terrapin::Terrapin,
    ssh::no_post_quantum::NoPostQuantum,
    service::clear_text::ClearText,
    service::database_reachable::DatabaseReachable,
    service::admin_reachable::AdminReachable,
    service::exposed::Exposed,
    service::unasked::Unasked,
    service::undeclared::Undeclared,
    udp::exposed::Exposed,
    udp::amplifier::Amplifier,
    udp::dns_recursion_open::DnsRecursionOpen,
    udp::snmp_public::SnmpPublic,
    udp::ntp_monlist::NtpMonlist,
    udp::ntp_mode_six::NtpModeSix,
    udp::ipmi_exposed::IpmiExposed,
    dns::dnssec_missing::DnssecMissing,
    dns::dnssec_broken::DnssecBroken,
    dns::dnssec_weak::DnssecWeak,
    dns::signatures_expiring::SignaturesExpiring,
    dns::few_name_servers::FewNameServers,
    dns::lame_server::LameServer,
    dns::transfer_open::TransferOpen,
    dns::soa_timers::SoaTimers,
    dns::dangling::Dangling,
    dns::wildcard::Wildcard,
    mail::spf_missing::SpfMissing,
    mail::spf_weak::SpfWeak,
    mail::spf_too_many_lookups::SpfTooManyLookups,
    mail::dmarc_missing::DmarcMissing,
    mail::dmarc_weak::DmarcWeak,
    mail::dkim_weak::DkimWeak,
    mail::transport_unprotected::TransportUnprotected,
    mail::reports_missing::ReportsMissing,
    record::no_approved_level::NoApprovedLevel,
    record::redetermine::Redetermine,
    record::transition::Transition,
}

/// Every check on many facts at once.
pub const FLEET: &[FleetEntry] = &[
    FleetEntry::of::<crate::tls::drown::Drown>(),
    FleetEntry::of::<crate::tls::addresses_differ::AddressesDiffer>(),
    FleetEntry::of::<crate::cert::key_shared::KeyShared>(),
    FleetEntry::of::<crate::cert::prime_shared::PrimeShared>(),
    FleetEntry::of::<crate::cert::serial_shared::SerialShared>(),
    FleetEntry::of::<crate::ssh::host_key_shared::HostKeyShared>(),
];

/// What every check is, fleet checks last.
pub fn abouts() -> impl Iterator<Item = About> {
    let fleet = FLEET.iter().map(|entry| entry.about);
    CHECKS.iter().map(|entry| entry.about).chain(fleet)
}

/// The check called `id`.
pub fn about(id: &str) -> Option<About> {
    abouts().find(|about| about.id == id)
}

#[cfg(test)]
mod tests;
