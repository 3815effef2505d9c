package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// The measures of a picture in pixels of the page, and how many pixels of the picture
// one of them is.
const (
	width     = 900
	minHeight = 400 // a lower window cuts the page off
	maxHeight = 4000
	// The window that shows the report down to its graph, whole.
	screenWidth, screenHeight = 1000, 1790
	scale                     = "1.5"
)

// browser is the path of a Chromium.
type browser string

func findChromium() (browser, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return browser(path), nil
		}
	}
	return "", errors.New("no Chromium is installed: apt-get install chromium fonts-noto-color-emoji")
}

var heightOf = regexp.MustCompile(`data-height="(\d+)"`)

// picture draws a page as high as it is.
func (b browser) picture(ctx context.Context, html []byte, file string) error {
	dir, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return fmt.Errorf("make a folder for the page: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "page.html")
	if err := os.WriteFile(path, html, 0o600); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	out, err := b.run(ctx, dir, fmt.Sprintf("--window-size=%d,800", width), "--dump-dom", "file://"+path)
	if err != nil {
		return err
	}
	found := heightOf.FindSubmatch(out)
	if found == nil {
		return fmt.Errorf("measure %s: Chromium does not say how high the page is", file)
	}
	height, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return fmt.Errorf("measure %s: %w", file, err)
	}
	target, err := filepath.Abs(file)
	if err != nil {
		return fmt.Errorf("find the place of the picture: %w", err)
	}
	_, err = b.run(ctx, dir, fmt.Sprintf("--window-size=%d,%d", width, min(max(height, minHeight), maxHeight)), "--screenshot="+target, "file://"+path)
	return err
}

// screen draws the top of a page of ours as it is.
func (b browser) screen(ctx context.Context, page, file string) error {
	dir, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return fmt.Errorf("make a folder for the browser: %w", err)
	}
	defer os.RemoveAll(dir)
	path, errPage := filepath.Abs(page)
	target, errFile := filepath.Abs(file)
	if err := errors.Join(errPage, errFile); err != nil {
		return fmt.Errorf("find page and picture: %w", err)
	}
	_, err = b.run(ctx, dir, fmt.Sprintf("--window-size=%d,%d", screenWidth, screenHeight), "--screenshot="+target, "file://"+path)
	return err
}

func (b browser) run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	args = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars",
		"--force-device-scale-factor=" + scale, "--user-data-dir=" + filepath.Join(dir, "profile"),
	}, args...)
	out, err := exec.CommandContext(ctx, string(b), args...).Output()
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", b, err)
	}
	return out, nil
}
