package org.flatgaze.runtime.publish;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes the one plain socket of a connection; see {@link Line}. */
final class LineSockets extends SocketFactory {

    private final Line line;

    LineSockets(Line line) {
        this.line = line;
    }

    @Override
    public Socket createSocket() throws IOException {
        return line.prepared(new Socket());
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw Line.unconnectedOnly();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw Line.unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw Line.unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw Line.unconnectedOnly();
    }
}
