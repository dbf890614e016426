package org.flatgaze.runtime.publish;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks just enough MQTT 5 to be connected to, and then misbehaves: never reads again, or never answers at all. */
final class StubBroker implements AutoCloseable {

    // CONNACK, remaining length 3, no session, success, no properties.
    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final boolean answers;

    /** @param answers whether CONNECT is answered before the silence begins */
    StubBroker(boolean answers) throws IOException {
        this.answers = answers;
        server = new ServerSocket();
        // Small, so that what the kernel holds back does not hide the silence.
        server.setReceiveBufferSize(4096);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().daemon().name("stub-broker").start(this::accept);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                if (answers) {
                    readOnePacket(socket.getInputStream());
                    socket.getOutputStream().write(CONNACK);
                }
                accepted.incrementAndGet();
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    private static void readOnePacket(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        data.readByte();
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = data.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        data.skipNBytes(length);
    }
}
