// Package contract compares what messages, requests and answers look like before and
// after a plan, and tells what no longer fits whoever keeps to the old form.
package contract
