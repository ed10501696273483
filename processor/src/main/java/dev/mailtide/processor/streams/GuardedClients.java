package dev.mailtide.processor.streams;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/** The clients that Kafka Streams would make for itself, but for the admin client: it asks the guard before it creates. */
record GuardedClients(KafkaClientSupplier clients, TopicGuard guard) implements KafkaClientSupplier {

    /** A proxy, since an admin client has a hundred methods, more with each version, and one of them matters here. */
    @Override
    public Admin getAdmin(Map<String, Object> settings) {
        Admin admin = clients.getAdmin(settings);
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> ask(admin, method, arguments));
    }

    private @Nullable Object ask(Admin admin, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("createTopics") && arguments != null) {
            guard.beforeCreating(((Collection<?>) arguments[0])
                    .stream().map(NewTopic.class::cast).toList());
        }
        try {
            return method.invoke(admin, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
        return clients.getProducer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        return clients.getConsumer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
        return clients.getRestoreConsumer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
        return clients.getGlobalConsumer(settings);
    }
}
