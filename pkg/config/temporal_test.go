package config

import "testing"

func TestTemporalResolvedAsMooseDoes(t *testing.T) {
	key := NewSecret("k")
	for what, c := range map[string]struct{ in, want Temporal }{
		"as it is":           {Temporal{Host: "h", Port: 1, Namespace: "n"}, Temporal{Host: "h", Port: 1, Namespace: "n"}},
		"host of the cloud":  {Temporal{Host: "shop.a1b2.tmprl.cloud", Port: 7233, Namespace: "default"}, Temporal{Host: "shop.a1b2.tmprl.cloud", Port: 7233, Namespace: "shop.a1b2"}},
		"API key":            {Temporal{Host: "shop.tmprl.cloud", Region: "eu", CACert: "c", APIKey: key}, Temporal{Host: "eu.gcp.api.temporal.io", Port: 7233, Scheme: "https", Region: "eu", CACert: "c", APIKey: key, Namespace: "shop"}},
		"API key without CA": {Temporal{Host: "h", APIKey: key}, Temporal{Host: "h"}},
		"certificate first":  {Temporal{Host: "h", CACert: "c", ClientCert: "p", ClientKey: "q", APIKey: key}, Temporal{Host: "h", CACert: "c", ClientCert: "p", ClientKey: "q"}},
	} {
		got := c.in.Resolved()
		if !got.APIKey.Equal(c.want.APIKey) {
			t.Errorf("%s: the API key is not the one wanted", what)
		}
		got.APIKey, c.want.APIKey = Secret{}, Secret{}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", what, got, c.want)
		}
	}
}
