package org.flatgaze.runtime.publish;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes the one encrypted socket of a connection from the JDK's default context, which the {@code javax.net.ssl}
 * properties describe; see {@link Line}.
 */
final class TlsLineSockets extends SSLSocketFactory {

    private final SSLSocketFactory standard = (SSLSocketFactory) SSLSocketFactory.getDefault();
    private final Line line;

    TlsLineSockets(Line line) {
        this.line = line;
    }

    @Override
    public Socket createSocket() throws IOException {
        return line.prepared(standard.createSocket());
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return standard.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return standard.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return line.prepared(standard.createSocket(socket, host, port, autoClose));
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
