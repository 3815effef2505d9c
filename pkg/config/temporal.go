package config

import "strings"

// The names of Temporal Cloud: a host name that carries the namespace, and what
// follows the region in the host that takes API keys.
const (
	cloudSuffix = ".tmprl.cloud"
	cloudAPI    = ".gcp.api.temporal.io"
	cloudPort   = 7233
)

// Resolved is t with the address, the namespace and the credentials that Moose
// uses (framework-cli, orchestration/temporal.rs): a host of Temporal Cloud names
// the namespace; client_cert and client_key with ca_cert go before an API key; an
// API key counts only with ca_cert, and goes to the host of its region.
func (t Temporal) Resolved() Temporal {
	if strings.Contains(t.Host, cloudSuffix) {
		t.Namespace = strings.TrimSuffix(t.Host, cloudSuffix)
	}
	switch {
	case t.CACert == "", t.ClientCert != "" && t.ClientKey != "":
		t.APIKey = Secret{}
	case t.APIKey.Reveal() != "":
		t.Host, t.Port, t.Scheme = t.Region+cloudAPI, cloudPort, "https"
	}
	return t
}
