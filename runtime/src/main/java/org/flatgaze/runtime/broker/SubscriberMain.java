package org.flatgaze.runtime.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportException;

/**
 * A checking subscriber in a process of its own, for any broker: {@code SubscriberMain URL DEVICE QOS}. Prints one
 * ready line; ends with its standard input.
 */
public final class SubscriberMain {

    private SubscriberMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int exit = 0;
        try (GazeSubscriber subscriber =
                GazeSubscriber.connect(arguments[0], new Topics(arguments[1]), Integer.parseInt(arguments[2]))) {
            out.println(ChildProtocol.READY);
            ChildProtocol.serve(subscriber, out);
        } catch (IOException | TransportException e) {
            out.println(ChildProtocol.FAILED + " " + e.getMessage());
            exit = 1;
        }
        System.exit(exit);
    }
}
