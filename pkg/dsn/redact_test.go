package dsn

import "testing"

func TestRedact(t *testing.T) {
	tests := []struct {
		name, text, want string
		secrets          []string
	}{
		{"raw", "auth failed for pandapass!", "auth failed for ***!", []string{"pandapass"}},
		{"percent", "u:p%40ss%2Fw@h p%40ss%2fw", "u:***@h ***", []string{"p@ss/w"}},
		{"query escaped space", "password=a+bcd a%20bcd", "password=*** ***", []string{"a bcd"}},
		{"base64", "cGFuZGFwYXNz cGFuZGFwYXNz", "*** ***", []string{"pandapass"}},
		{"base64 padded and raw", "YWJjZA== YWJjZA", "*** ***", []string{"abcd"}},
		{"quoted", `"a\"bcd"`, `"***"`, []string{`a"bcd`}},
		{"longest first", "secretsecret2", "***", []string{"secret", "secretsecret2"}},
		{"none", "text", "text", nil},
		{"empty secret", "text", "text", []string{""}},
		{"short stands alone", "cat a,a,a =a", "cat ***,***,*** =***", []string{"a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Redact(tt.text, tt.secrets...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := (*Redactor)(nil).Redact("x"); got != "x" {
		t.Error("a nil redactor changes text")
	}
}
