package cli

import (
	"regexp"
	"sync"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

var (
	// urlPassword finds the password of a URL, up to the last @ of the word, since
	// an unescaped password may hold any character. The user name stays.
	urlPassword = regexp.MustCompile("(://[^\\s\"'`/:@]*):[^\\s\"'`]*@")
	// queryPassword finds a password in the query of a URL.
	queryPassword = regexp.MustCompile("(?i)([?&](?:password|token|secret|api_key|access_key|secret_access_key)=)[^&#\\s\"'`]+")
)

// exampleLogin stands in the URLs that error texts give as examples.
const exampleLogin = "://USER:PASSWORD@"

// redactor removes a growing set of secrets. The zero value is ready for use, by
// several goroutines too.
type redactor struct {
	mu      sync.RWMutex
	secrets []string
	known   *dsn.Redactor
}

func (r *redactor) add(secrets []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets = append(r.secrets, secrets...)
	r.known = dsn.NewRedactor(r.secrets...)
}

// Redact implements clilog.Redactor.
func (r *redactor) Redact(text string) string {
	r.mu.RLock()
	known := r.known
	r.mu.RUnlock()
	if known != nil {
		text = known.Redact(text)
	}
	text = urlPassword.ReplaceAllStringFunc(text, func(login string) string {
		if login == exampleLogin {
			return login
		}
		return urlPassword.ReplaceAllString(login, "${1}:"+dsn.Mask+"@")
	})
	return queryPassword.ReplaceAllString(text, "${1}"+dsn.Mask)
}
