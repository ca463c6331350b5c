//! From a host to a byte stream: TCP or socket, then TLS where wanted, with certificates verified as `tls.rs` decided.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::{WebPkiServerVerifier, verify_server_name};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as RustlsError, RootCertStore, SignatureScheme, version,
};

use super::failure::Failure;
use super::hosts::Host;
use super::tls::{Roots, TlsSettings, Verify};

/// A connection to a server, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What one attempt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    Never,
    /// Where the server offers it.
    IfOffered,
    Always,
}

/// `SSLRequest`: length 8, code 80877103.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Connects; the flag says whether the stream is encrypted.
pub(super) async fn open(host: &Host, tls: &TlsSettings, want: Encryption) -> Result<(Box<dyn Stream>, bool), Failure> {
    if let Some(path) = host.socket() {
        // as in libpq, sslmode says nothing about sockets: nobody is between the two ends
        return Ok((Box::new(UnixStream::connect(path).await.map_err(Failure::Unreachable)?), false));
    }
    let address = host.address.as_deref().unwrap_or(&host.name);
    let mut tcp = TcpStream::connect((address, host.port)).await.map_err(Failure::Unreachable)?;
    tcp.set_nodelay(true).map_err(Failure::Unreachable)?;
    if want == Encryption::Never {
        return Ok((Box::new(tcp), false));
    }
    if !tls.direct {
        tcp.write_all(&SSL_REQUEST).await.map_err(Failure::Broken)?;
        let mut answer = [0];
        tcp.read_exact(&mut answer).await.map_err(Failure::Broken)?;
        match (answer[0], want) {
            (b'S', _) => {}
            (b'N', Encryption::IfOffered) => return Ok((Box::new(tcp), false)),
            (b'N', _) => return Err(Failure::NoTlsOffered),
            // an ErrorResponse: a server without a free slot answers so
            (b'E', _) => return Err(Failure::Broken(io::ErrorKind::ConnectionReset.into())),
            _ => return Err(Failure::NotPostgres),
        }
    }
    let connector = TlsConnector::from(Arc::new(config(tls).await.map_err(|why| Failure::Tls(why.to_string()))?));
    let name = match ServerName::try_from(host.name.clone()) {
        Ok(name) => name,
        Err(_) if tls.verify() == Verify::IssuerAndName => {
            return Err(Failure::Tls("the host's name is none that a certificate could be for".into()));
        }
        // a name with an underscore, say: nothing is compared with it, and an address is never sent to the server
        Err(_) => ServerName::IpAddress(std::net::Ipv4Addr::UNSPECIFIED.into()),
    };
    let stream = connector.connect(name, tcp).await.map_err(|e| Failure::Tls(e.to_string()))?;
    Ok((Box::new(stream), true))
}

async fn config(tls: &TlsSettings) -> Result<ClientConfig, Box<dyn std::error::Error + Send + Sync>> {
    let provider = Arc::new(ring::default_provider());
    let versions: &[_] = if tls.only_tls13 { &[&version::TLS13] } else { &[&version::TLS13, &version::TLS12] };
    let roots = match &tls.roots {
        Roots::None => Vec::new(),
        Roots::System => rustls_native_certs::load_native_certs().certs,
        Roots::File(path) => read_certificates(path).await?,
    };
    let verify = tls.verify();
    let verifier = Verifier::new(roots, verify, provider.clone())?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &tls.client {
        Some((cert, key)) => {
            let pem = tokio::fs::read(key).await?;
            let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|e| format!("cannot read key {}: {e}", key.display()))?;
            builder.with_client_auth_cert(read_certificates(cert).await?, key)?
        }
        None => builder.with_no_client_auth(),
    };
    config.enable_sni = tls.sni;
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(config)
}

async fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let fail = |why: String| format!("cannot read certificates from {}: {why}", path.display());
    let pem = tokio::fs::read(path).await.map_err(|e| fail(e.to_string()))?;
    let certs: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certs = certs.map_err(|e| fail(e.to_string()))?;
    if certs.is_empty() { Err(fail("it holds none in PEM form".into())) } else { Ok(certs) }
}

/// Verifies what the mode asks for. Signatures of the handshake are always verified.
#[derive(Debug)]
struct Verifier {
    verify: Verify,
    /// None where there is nothing to verify with, or all roots are of a kind that only `roots` can match.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// A self-signed server certificate may itself be the root: libpq accepts it, a chain of authorities does not.
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(
        roots: Vec<CertificateDer<'static>>,
        verify: Verify,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(roots.iter().cloned());
        if verify != Verify::Nothing && roots.is_empty() {
            return Err("the system has no root certificates (install ca-certificates)".into());
        }
        let chain = match store.is_empty() {
            true => None,
            false => Some(WebPkiServerVerifier::builder_with_provider(store.into(), provider.clone()).build()?),
        };
        Ok(Self { verify, chain, roots, provider })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, RustlsError> {
        if self.verify == Verify::Nothing {
            return Ok(ServerCertVerified::assertion());
        }
        if self.roots.iter().any(|root| root == end_entity) {
            if self.verify == Verify::IssuerAndName {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        let chain = self.chain.as_ref().ok_or(RustlsError::InvalidCertificate(CertificateError::UnknownIssuer))?;
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp, now) {
            // the name is compared last: the issuer was right
            Err(RustlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.verify == Verify::Issuer => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        verify_tls12_signature(message, cert, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        verify_tls13_signature(message, cert, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
