package org.flatgaze.runtime.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportException;

/**
 * The broker's process: {@code BrokerMain PORT [DEVICE QOS]}. With a device a {@link GazeSubscriber} runs in the same
 * process, connected over TCP like any other client. Prints one ready line; ends with its standard input.
 */
public final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int exit = 0;
        try (EmbeddedBroker broker = EmbeddedBroker.start(Integer.parseInt(arguments[0]));
                GazeSubscriber subscriber = arguments.length < 3 ? null : subscriber(arguments, broker.port())) {
            out.println(ChildProtocol.READY + " " + broker.port());
            ChildProtocol.serve(subscriber, out);
        } catch (IOException | TransportException e) {
            out.println(ChildProtocol.FAILED + " " + e.getMessage());
            exit = 1;
        }
        // The broker's own threads may outlive it.
        System.exit(exit);
    }

    private static GazeSubscriber subscriber(String[] arguments, int port)
            throws TransportException, InterruptedException {
        return GazeSubscriber.connect(
                "tcp://127.0.0.1:" + port, new Topics(arguments[1]), Integer.parseInt(arguments[2]));
    }
}
