//! A server that is too heavy to be fetched for a test, by the words that it was heard to say.

use std::time::Duration;

use luytre_inventory::Protocol;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Verdict, answer_of, kit, page::Row, told};

/// The package whose words these are. It was started from its unpacked package and asked as the probe
/// asks; only the name of the node is another.
const PACKAGE: &str = "rabbitmq-server 3.10.8-1.1+deb12u1, recorded";
const VERSION: &str = "3.10.8";

/// What it says to the header of AMQP 0-9-1: Connection.Start.
const START: &[u8] = b"\x01\0\0\0\0\x01\xec\0\x0a\0\x0a\0\x09\0\0\x01\xc7\x0ccapabilitiesF\0\0\0\xc7\x12publisher_confi\
    rmst\x01\x1aexchange_exchange_bindingst\x01\x0abasic.nackt\x01\x16consumer_cancel_notifyt\x01\
    \x12connection.blockedt\x01\x13consumer_prioritiest\x01\x1cauthentication_failure_closet\x01\x10\
    per_consumer_qost\x01\x0fdirect_reply_tot\x01\x0ccluster_nameS\0\0\0\x05rabbi\x09copyrightS\0\0\
    \x007Copyright (c) 2007-2022 VMware, Inc. or its affiliates.\x0binformationS\0\0\x009Licensed under \
    the MPL 2.0. Website: https://rabbitmq.com\x08platformS\0\0\0\x11Erlang/OTP 25.2.3\x07productS\0\
    \0\0\x08RabbitMQ\x07versionS\0\0\0\x063.10.8\0\0\0\x0ePLAIN AMQPLAIN\0\0\0\x05en_US\xce";

/// What it says to anything else, before it closes.
const HEADER: &[u8] = b"AMQP\0\0\x09\x01";

async fn talk(mut stream: TcpStream) {
    let mut said = [0; 512];
    let heard = stream.read(&mut said);
    let Ok(Ok(count)) = tokio::time::timeout(Duration::from_secs(10), heard).await else {
        return;
    };
    if said[..count].starts_with(HEADER) {
        let _ = stream.write_all(START).await;
        kit::mute(stream).await;
    } else {
        let _ = stream.write_all(HEADER).await;
    }
}

/// Both rows of it.
pub(crate) async fn rabbitmq() -> [Row; 2] {
    let port = kit::serve("127.0.0.1:0", talk).await.0.port();
    let mut rows = Vec::new();
    for declared in [Some(Protocol::Amqp), None] {
        let answer = answer_of(port, declared).await;
        rows.push(Row {
            name: "rabbitmq",
            package: PACKAGE.to_owned(),
            declared: declared.is_some(),
            answer: told(&answer),
            verdict: Verdict::on(&answer, Protocol::Amqp, "RabbitMQ", VERSION),
        });
    }
    rows.try_into().unwrap_or_else(|_| unreachable!("two"))
}
