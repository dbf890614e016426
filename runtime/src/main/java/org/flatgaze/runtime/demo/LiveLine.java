package org.flatgaze.runtime.demo;

import java.io.Console;
import java.io.PrintStream;

/**
 * A status line that is rewritten in place on a terminal and printed now and then elsewhere. Thread-safe.
 */
public final class LiveLine {

    private static final long TERMINAL_NANOS = 250_000_000L;
    private static final long PLAIN_NANOS = 2_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private int shown;
    private long lastNanos;
    private boolean any;

    /** Writes to {@code out}, which is a terminal or not. */
    public LiveLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Writes to standard error. */
    @SuppressWarnings("SystemConsoleNull") // another console provider may still answer null
    public static LiveLine onStandardError() {
        Console console = System.console();
        return new LiveLine(System.err, console != null && console.isTerminal());
    }

    /** Whether it is time for the next {@link #show}; about 4 times a second on a terminal, every 2 s elsewhere. */
    public synchronized boolean isDue(long nowNanos) {
        return !any || nowNanos - lastNanos >= (terminal ? TERMINAL_NANOS : PLAIN_NANOS);
    }

    /** Replaces the line. */
    public synchronized void show(String line, long nowNanos) {
        any = true;
        lastNanos = nowNanos;
        if (terminal) {
            // Spaces rather than an escape sequence: every terminal knows them.
            out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
            out.flush();
            shown = line.length();
        } else {
            out.println(line);
        }
    }

    /** Leaves the line as it is and goes on below it; the next {@link #show} is due at once. */
    public synchronized void end() {
        if (terminal && shown > 0) {
            out.println();
        }
        shown = 0;
        any = false;
    }

    /** Prints a line of its own, between two states of the live line. */
    public synchronized void note(String line) {
        end();
        out.println(line);
    }
}
