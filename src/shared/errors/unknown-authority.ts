/** Node's and OpenSSL's codes for a certificate whose authority is none that Node knows. */
const codes =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?)$/

/** True where NODE_EXTRA_CA_CERTS helps: a company's own authority, or a proxy that looks into what passes. */
export function isUnknownAuthority(code: string): boolean {
  return codes.test(code)
}
