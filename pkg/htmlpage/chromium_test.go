package htmlpage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	stdhtml "html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
)

// browserTime bounds one start of Chromium.
const browserTime = time.Minute

// frame shows a page in a frame of a width and a colour scheme, and says what it sees.
const frame = `<!DOCTYPE html><html><body><iframe id="f" src="/page" style="width:%dpx;height:3000px;border:0;color-scheme:%s"></iframe><pre id="seen"></pre>
<script>document.getElementById("f").onload = e => {
  const w = e.target.contentWindow, d = w.document, root = d.documentElement;
  for (const x of d.querySelectorAll("details")) x.open = true;
  // What is cut off by its own box, or scrolls in it, is not in the way of the page.
  const outside = [...d.querySelectorAll("main, main *")].filter(x => !x.closest(".scroll") && x.getBoundingClientRect().right > root.clientWidth + 1);
  document.getElementById("seen").textContent = JSON.stringify({
    width: root.clientWidth, scroll: root.scrollWidth, outside: outside.slice(0, 5).map(x => x.outerHTML.slice(0, 200)),
    background: w.getComputedStyle(d.body).backgroundColor, color: w.getComputedStyle(d.body).color,
    dark: w.matchMedia("(prefers-color-scheme: dark)").matches, loaded: w.performance.getEntriesByType("resource").map(x => x.name),
    pwned: w.pwned === undefined ? "" : String(w.pwned), scripts: d.querySelectorAll("script, img, iframe, object, link:not([rel=icon]), base, form, a, style:not(head style)").length,
    handlers: [...d.querySelectorAll("*")].filter(x => x.getAttributeNames().some(a => a.startsWith("on") || a == "style")).length,
    styled: w.getComputedStyle(d.querySelector(".verdict")).borderLeftWidth, nodes: d.querySelectorAll(".graph .node").length,
    spilled: [...d.querySelectorAll(".graph .node")].filter(n => [...n.querySelectorAll("text")].some(x => x.getBBox().width > n.querySelector("rect").getBBox().width)).map(n => n.querySelector("title").textContent),
    title: d.title,
  });
}</script></body></html>`

// seen is what the frame says.
type seen struct {
	Width, Scroll        int
	Outside, Loaded      []string
	Background, Color    string
	Dark                 bool
	Pwned, Styled, Title string
	Scripts, Handlers    int
	Nodes                int
	Spilled              []string
	console, requests    []string
}

var seenText = regexp.MustCompile(`(?s)<pre id="seen">(.*?)</pre>`)

// look opens a page in Chromium.
func look(t *testing.T, chromium, page string, width int, scheme string) seen {
	t.Helper()
	var mu sync.Mutex
	var out seen
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		out.requests = append(out.requests, r.URL.String())
		mu.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/frame":
			fmt.Fprintf(w, frame, width, scheme)
		case "/page":
			fmt.Fprint(w, page)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), browserTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--disable-dev-shm-usage",
		"--enable-logging=stderr", "--user-data-dir="+t.TempDir(), "--virtual-time-budget=5000", "--dump-dom", server.URL+"/frame")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	var log bytes.Buffer
	cmd.Stderr = &log
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("run Chromium: %v\n%s", err, log.String())
	}
	m := seenText.FindSubmatch(dom)
	if m == nil || len(m[1]) == 0 {
		t.Fatalf("the page was not loaded:\n%s\n%s", dom, log.String())
	}
	if err := json.Unmarshal([]byte(stdhtml.UnescapeString(string(m[1]))), &out); err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(log.String(), "\n") {
		if strings.Contains(l, "CONSOLE") {
			out.console = append(out.console, l)
		}
	}
	return out
}

func TestInChromium(t *testing.T) {
	chromium := testparts.Chromium(t)
	for name, r := range situations(t) {
		for _, c := range []struct {
			width  int
			scheme string
		}{{360, "light"}, {1280, "dark"}} {
			t.Run(fmt.Sprintf("%s-%d-%s", name, c.width, c.scheme), func(t *testing.T) {
				s := look(t, chromium, html(t, r), c.width, c.scheme)
				if s.Width != c.width || s.Scroll > s.Width || len(s.Outside) > 0 {
					t.Errorf("%d wide, %d to scroll; outside: %q", s.Width, s.Scroll, s.Outside)
				}
				background := map[string]string{"light": "rgb(246, 248, 250)", "dark": "rgb(13, 17, 23)"}[c.scheme]
				if s.Dark != (c.scheme == "dark") || s.Background != background || s.Styled != "6px" {
					t.Errorf("%s: dark %v, background %s, border %s", c.scheme, s.Dark, s.Background, s.Styled)
				}
				if !slices.Equal(s.requests, []string{"/frame", "/page"}) && !slices.Equal(s.requests, []string{"/frame", "/page", "/favicon.ico"}) || len(s.Loaded) > 0 {
					t.Errorf("requests %q, loaded %q", s.requests, s.Loaded)
				}
				for _, l := range s.console {
					if !strings.Contains(l, "favicon.ico") { // of the frame, which has none
						t.Errorf("the console says %s", l)
					}
				}
				if s.Pwned != "" || s.Scripts > 0 || s.Handlers > 0 {
					t.Errorf("the page runs something: %+v", s)
				}
				if len(s.Spilled) > 0 {
					t.Errorf("text is wider than its box: %q", s.Spilled)
				}
				if want := map[string]int{"blocked": 9, "hostile": len(hostileNames), "wide": 58}[name]; s.Nodes != want {
					t.Errorf("%d nodes are drawn, want %d", s.Nodes, want)
				}
			})
		}
	}
}

// TestTheLookIsNotBlind breaks the page in each way that the test above is to see.
func TestTheLookIsNotBlind(t *testing.T) {
	chromium := testparts.Chromium(t)
	page := html(t, situations(t)["ready"])
	broken := strings.Replace(page, "<main>", `<main><script>window.pwned=1</script><img src="/x.png"><p onclick="x" class="line"><code>`+strings.Repeat("x&nbsp;", 3)+`</code></p><svg width="900" height="5"></svg>`, 1)
	s := look(t, chromium, broken, 360, "light")
	if s.Scroll <= s.Width || len(s.Outside) == 0 || s.Scripts != 2 || s.Handlers != 1 || len(s.console) == 0 || s.Pwned != "" {
		t.Errorf("%+v\nconsole %q", s, s.console)
	}
	unguarded := strings.Replace(broken, "Content-Security-Policy", "X-Nothing", 1)
	if s := look(t, chromium, unguarded, 360, "light"); s.Pwned != "1" || len(s.Loaded) == 0 || !slices.Contains(s.requests, "/x.png") {
		t.Errorf("without its policy: %+v, requests %q", s, s.requests)
	}
}
