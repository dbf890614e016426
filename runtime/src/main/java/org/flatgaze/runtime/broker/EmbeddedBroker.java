package org.flatgaze.runtime.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/**
 * An MQTT 5 broker on the loopback interface for demo and tests: nothing on disk unless messages outgrow its memory, no
 * security, no management, no clustering. Apache Artemis with its MQTT protocol alone.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String ACCEPTOR = "mqtt";
    private static final long MEMORY_BYTES = 24L << 20;

    private final EmbeddedActiveMQ artemis;
    private final Path folder;
    private final int port;

    private EmbeddedBroker(EmbeddedActiveMQ artemis, Path folder, int port) {
        this.artemis = artemis;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts a broker on 127.0.0.1.
     *
     * @param port 1..65535
     * @throws IOException if the port is taken or the broker does not start; one line
     */
    public static EmbeddedBroker start(int port) throws IOException {
        checkFree(port);
        // Only made by the server if messages outgrow its memory; so a killed process usually leaves nothing either.
        Path folder = Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("flatgaze-broker-" + ProcessHandle.current().pid() + "-" + port);
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        EmbeddedBroker broker = new EmbeddedBroker(artemis, folder, port);
        try {
            artemis.setConfiguration(configuration(folder, port));
            artemis.start();
            // A listener that cannot bind is only logged by the server.
            if (!artemis.getActiveMQServer()
                    .getRemotingService()
                    .getAcceptor(ACCEPTOR)
                    .isStarted()) {
                throw new IOException("port " + port + " on 127.0.0.1 cannot be used; give another one");
            }
            return broker;
        } catch (IOException e) {
            broker.close();
            throw e;
        } catch (Exception e) {
            broker.close();
            throw new IOException("the embedded broker did not start: " + e, e);
        }
    }

    /** Port it listens on. */
    public int port() {
        return port;
    }

    /** Stops it and removes its folder. */
    @Override
    public void close() {
        try {
            artemis.stop();
        } catch (Exception e) {
            // Its own interface says Exception; what remains is in memory and goes with the process.
            System.err.println("broker: stopped with " + e);
        }
        delete(folder);
    }

    private static ConfigurationImpl configuration(Path folder, int port) throws Exception {
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false);
        configuration.setSecurityEnabled(false);
        configuration.setJMXManagementEnabled(false);
        configuration.setMessageCounterEnabled(false);
        configuration.setThreadPoolMaxSize(8);
        configuration.setScheduledThreadPoolMaxSize(2);
        configuration.setGlobalMaxSize(MEMORY_BYTES);
        configuration.setBrokerInstance(folder.toFile());
        configuration.setPagingDirectory(folder.resolve("paging").toString());
        configuration.setBindingsDirectory(folder.resolve("bindings").toString());
        configuration.setJournalDirectory(folder.resolve("journal").toString());
        configuration.setLargeMessagesDirectory(folder.resolve("large").toString());
        configuration.setNodeManagerLockDirectory(folder.resolve("lock").toString());
        configuration.addAcceptorConfiguration(
                ACCEPTOR,
                "tcp://127.0.0.1:" + port
                        + "?protocols=MQTT;tcpNoDelay=true;useEpoll=false;useKQueue=false;nioRemotingThreads=2");
        return configuration;
    }

    private static void checkFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new IOException(
                    "port " + port + " on 127.0.0.1 is taken (" + e.getMessage() + "); give another one", e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(folder)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | UncheckedIOException _) {
            return;
        }
        for (Path path : deepestFirst) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException _) {
                // In the temporary folder: the system clears it.
            }
        }
    }
}
