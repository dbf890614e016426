package org.flatgaze.runtime.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What parent and child say to each other, a line at a time: the child prints {@value #READY} or {@value #FAILED}
 * once, the parent may ask {@code stop COUNT MILLIS} for a summary, and the end of the child's input ends the child. So
 * it also ends when the parent dies.
 */
final class ChildProtocol {

    static final String READY = "READY";
    static final String FAILED = "FAILED";
    private static final String STOP = "stop";

    private ChildProtocol() {}

    static String stopRequest(long count, Duration deadline) {
        return STOP + " " + count + " " + deadline.toMillis();
    }

    /** Answers requests until the input ends. */
    static void serve(GazeSubscriber subscriber, PrintStream out) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.trim().split(" ", -1);
            if (subscriber == null || words.length != 3 || !words[0].equals(STOP)) {
                out.println(FAILED + " unknown request: " + line);
                continue;
            }
            try {
                Duration deadline = Duration.ofMillis(Long.parseLong(words[2]));
                out.println(subscriber.await(Long.parseLong(words[1]), deadline).toJson());
            } catch (NumberFormatException _) {
                out.println(FAILED + " not a number in: " + line);
            }
        }
    }
}
